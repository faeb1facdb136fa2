import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellAt, cellsIn, cornerOf, findCell, layoutMap, type MapGroup, step } from './map-layout';

function groupsOf(...counts: number[]): MapGroup[] {
  let next = 0;
  return counts.map((count, index) => ({
    name: `g${index}`,
    members: Array.from({ length: count }, () => next++),
  }));
}

describe('the map', () => {
  it('shows ten thousand tenants at once, in cells one can still hit', () => {
    const layout = layoutMap(groupsOf(9000, 700, 290, 10), 1000, 640);
    expect(layout.height).toBeLessThanOrEqual(640);
    expect(layout.size).toBeGreaterThanOrEqual(6);
  });

  it('makes the cells of a few large', () => {
    expect(layoutMap(groupsOf(12, 12), 1000, 640).size).toBe(44);
  });

  it('finds every cell where it lies, and no two in one place', () => {
    const counts = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(counts, fc.integer({ min: 200, max: 1200 }), (sizes, width) => {
        const layout = layoutMap(groupsOf(...sizes), width, 400);
        const { size } = layout;
        for (const [block, of] of layout.blocks.entries()) {
          expect(of.left + of.width).toBeLessThanOrEqual(Math.max(width, of.width));
          for (const place of of.members.keys()) {
            const { x, y } = cornerOf(of, place, size);
            expect(cellAt(layout, x + size / 2, y + size / 2)).toEqual({ block, place });
            expect(y + size).toBeLessThanOrEqual(layout.height + 0.001);
          }
        }
      }),
    );
  });

  it('has nothing between the blocks and below the last row', () => {
    const layout = layoutMap(groupsOf(3), 600, 400);
    expect(cellAt(layout, 3.5 * layout.size, 30)).toBeNull();
    expect(cellAt(layout, 5, 5)).toBeNull();
  });
});

describe('a rectangle', () => {
  it('takes what it touches', () => {
    const layout = layoutMap(groupsOf(20), 600, 400);
    const [block] = layout.blocks;
    if (!block) throw new Error('no block');
    const { x, y } = cornerOf(block, 1, layout.size);
    const area = { left: x + 1, top: y + 1, right: x + layout.size + 1, bottom: y + 2 };
    expect(cellsIn(layout, area)).toEqual([1, 2]);
  });
});

describe('arrows', () => {
  const layout = layoutMap(groupsOf(30, 5), 1000, 640);
  const [first] = layout.blocks;
  const columns = first?.columns ?? 0;

  it('go from cell to cell and from block to block', () => {
    expect(step(layout, { block: 0, place: 0 }, 'ArrowRight')).toEqual({ block: 0, place: 1 });
    expect(step(layout, { block: 0, place: 0 }, 'ArrowDown')).toEqual({ block: 0, place: columns });
    expect(step(layout, { block: 0, place: 29 }, 'ArrowRight')).toEqual({ block: 1, place: 0 });
    expect(step(layout, { block: 1, place: 0 }, 'ArrowLeft')).toEqual({ block: 0, place: 29 });
  });

  it('stay at the ends', () => {
    expect(step(layout, { block: 0, place: 0 }, 'ArrowLeft')).toEqual({ block: 0, place: 0 });
    expect(step(layout, { block: 1, place: 4 }, 'ArrowDown')).toEqual({ block: 1, place: 4 });
  });

  it('can begin at any tenant', () => {
    expect(findCell(layout, 31)).toEqual({ block: 1, place: 1 });
    expect(findCell(layout, 99)).toBeNull();
  });
});
