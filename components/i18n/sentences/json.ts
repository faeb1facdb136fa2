/** What browsers say of a text that is no JSON. */
export const json: Record<string, string> = {
  'has the key "{}" twice, in line {n}': '在第 {2} 行两次出现键“{1}”',
  'has the key "{}" twice, in lines {n} and {n}': '两次出现键“{1}”，在第 {2} 行和第 {3} 行',
  'It has the key "{}" twice, in line {n}.': '键“{1}” 在第 {2} 行出现了两次。',
  'It has the key "{}" twice, in lines {n} and {n}.': '键“{1}” 出现了两次，在第 {2} 行和第 {3} 行。',
  'The body has the key "{}" twice, in line {n}.': '请求正文在第 {2} 行两次出现键“{1}”。',
  'The body has the key "{}" twice, in lines {n} and {n}.':
    '请求正文两次出现键“{1}”，在第 {2} 行和第 {3} 行。',
  'Unexpected end of JSON input': 'JSON 意外结束',
  'Unexpected token {}, {} is not valid JSON': '意外的符号 {1}，{2} 不是有效的 JSON',
  'Unexpected token {} in JSON at position {n}': '第 {2} 个字符处有意外的符号 {1}',
  'Unexpected token {} in JSON at position {n} (line {n} column {n})': '第 {3} 行第 {4} 列有意外的符号 {1}',
  'Unexpected non-whitespace character after JSON at position {n}': 'JSON 结束后第 {1} 个字符处还有内容',
  'Unexpected non-whitespace character after JSON at position {n} (line {n} column {n})':
    'JSON 结束后第 {2} 行第 {3} 列还有内容',
  'Unterminated string in JSON at position {n}': '第 {1} 个字符处的字符串没有结束',
  'Unterminated string in JSON at position {n} (line {n} column {n})': '第 {2} 行第 {3} 列的字符串没有结束',
  'Expected {} in JSON at position {n}': '第 {2} 个字符处应为 {1}',
  'Expected {} in JSON at position {n} (line {n} column {n})': '第 {3} 行第 {4} 列应为 {1}',
  'Bad control character in string literal in JSON at position {n}': '第 {1} 个字符处的字符串含有控制字符',
  'Bad control character in string literal in JSON at position {n} (line {n} column {n})':
    '第 {2} 行第 {3} 列的字符串含有控制字符',
  'Bad escaped character in JSON at position {n}': '第 {1} 个字符处的转义无效',
  'Bad escaped character in JSON at position {n} (line {n} column {n})': '第 {2} 行第 {3} 列的转义无效',
  "property name or '}'": '属性名或 }',
  'double-quoted property name': '带双引号的属性名',
  "',' or '}' after property value": '属性值之后的 , 或 }',
  "',' or ']' after array element": '数组元素之后的 , 或 ]',
  "':' after property name": '属性名之后的 :',
};
