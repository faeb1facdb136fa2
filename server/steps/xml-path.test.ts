import { describe, expect, it } from 'vitest';
import { findXml, readXml, xmlPathProblem } from './xml-path';

const XML = `<?xml version="1.0"?>
<app:config xmlns:app="urn:x" state="live">
  <server id="a"><name>web</name><version> v1 </version></server>
  <server id="b"><name>api</name><version>v2 &amp; <b>more</b></version></server>
  <deep><server id="c"><version><![CDATA[<v3>]]></version></server></deep>
</app:config>`;

describe('findXml', () => {
  it.each([
    ['/config/server/version', 'v1'],
    ['/app:config/@state', 'live'],
    ['config/@state', 'live'],
    ["//server[@id='b']/version", 'v2 & more'],
    ["/config/server[name='api']/@id", 'b'],
    ['/config/server[2]/name/text()', 'api'],
    ['//deep//version', '<v3>'],
    ["//name[.='api']", 'api'],
    ['/*/deep/*/version', '<v3>'],
    ['/config/nothing', undefined],
    ['/config/server/@nothing', undefined],
    ['/other:config/@state', undefined],
  ])('%s leads to %s', (path, value) => {
    expect(findXml(readXml(XML), path).value).toBe(value);
  });

  it.each([
    ['{}', /no XML/],
    ['<a><b></a>', /no XML/],
    ['', /no XML/],
    [`${'<a>'.repeat(150)}${'</a>'.repeat(150)}`, /too many parts/],
    [`<a>${'<b/>'.repeat(30_000)}</a>`, /too many parts/],
    [`<a>${'x'.repeat(600_000)}</a>`, /too large/],
    ['<!DOCTYPE a [<!ENTITY b "x">]><a>&b;</a>', /no XML/],
  ])('says why %.30s cannot be read', (text, why) => {
    expect(findXml(readXml(text), '/a')).toEqual({ unread: expect.stringMatching(why) });
  });
});

describe('xmlPathProblem', () => {
  it.each([
    '',
    '/',
    'a b',
    'a[',
    'a[@x=y]',
    'a/@b/c',
    '//@x',
    'a//text()',
    'a[position()=1]',
    'a|b',
    '/a'.repeat(21),
    'a'.repeat(501),
  ])('refuses %.30s', (path) => {
    expect(xmlPathProblem(path)).toMatch(/^(is|has) /);
  });
  it('takes what the documentation shows', () => {
    expect(xmlPathProblem("b[name='x']/version")).toBeNull();
  });
});
