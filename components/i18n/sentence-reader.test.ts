import { describe, expect, it } from 'vitest';
import { sentenceReader } from './sentence-reader';

const say = sentenceReader({
  'A pause is already requested by {}.': '{1} 已请求暂停。',
  'This task is {v}; {v} does not apply.': '此任务{1}，不能{2}。',
  'Line {n}, {w}: {}': '第 {1} 行 {2}：{3}',
  'is missing': '缺失',
  'is not known here; did you mean "{}"?': '未知；您是指“{1}”吗？',
  'refused the connection: nothing listens there': '拒绝连接：那里没有监听',
  'Halted: {} Running tasks go on.': '已停止：{1} 运行中的任务继续。',
  '{} failed (threshold: {n}).': '{1}失败（阈值：{2}）。',
  '{n} tasks': '{1} 个任务',
  'answered {n}, expected {}': '应答 {1}，期望 {2}',
  Completed: '已完成',
  paused: '暂停',
  retry: '重试',
  'Started by {}': '由 {1} 启动',
});

describe('a sentence of the server', () => {
  it.each([
    ['A pause is already requested by Li Wei.', 'Li Wei 已请求暂停。'],
    ['This task is paused; retry does not apply.', '此任务暂停，不能重试。'],
    ['Completed', '已完成'],
  ])('is said with what was filled in: %s', (english, chinese) => {
    expect(say(english)).toBe(chinese);
  });

  it('is said within another one', () => {
    expect(say('Halted: 3 tasks failed (threshold: 3). Running tasks go on.')).toBe(
      '已停止：3 个任务失败（阈值：3）。 运行中的任务继续。',
    );
    expect(say('Line 3, region: is not known here; did you mean "Region"?')).toBe(
      '第 3 行 region：未知；您是指“Region”吗？',
    );
  });

  it('is said after the name of what it is about', () => {
    expect(say('acme-eu-1 refused the connection: nothing listens there.')).toBe(
      'acme-eu-1 拒绝连接：那里没有监听。',
    );
    expect(say('payload: is missing')).toBe('payload：缺失');
  });

  it('is said of several instances, one after the other', () => {
    expect(say('a-1 refused the connection: nothing listens there; a-2 is missing')).toBe(
      'a-1 拒绝连接：那里没有监听；a-2 缺失',
    );
  });

  it('is said line by line', () => {
    expect(say('Line 1, a: is missing\nLine 2, b: is missing')).toBe('第 1 行 a：缺失\n第 2 行 b：缺失');
  });

  it('keeps the names in it, also where they are words', () => {
    expect(say('Started by retry')).toBe('由 retry 启动');
  });

  it('keeps the end of what is filled in last', () => {
    expect(say('acme-1 answered 503, expected 200.')).toBe('acme-1 应答 503，期望 200。');
  });

  it('leaves alone the words in a name', () => {
    expect(say('Started by Confirm retry')).toBe('由 Confirm retry 启动');
    expect(say('Started by retry, Completed')).toBe('由 retry, Completed 启动');
  });

  it('is not known where nobody translated it', () => {
    expect(say('The moon is full.')).toBeNull();
    expect(say('Completed. The moon is full.')).toBeNull();
  });
});
