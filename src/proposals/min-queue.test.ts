import fc from "fast-check";
import { expect, test } from "vitest";
import { MinQueue } from "./min-queue.ts";

test("gives back entries by cost, equal costs in order of arrival", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 200 }), (costs) => {
      const queue = new MinQueue();
      for (const [i, cost] of costs.entries()) queue.push(cost, i);
      const expected = costs.map((cost, i) => ({ cost, i })).sort((a, b) => a.cost - b.cost || a.i - b.i);
      for (const { cost, i } of expected) {
        expect(queue.smallest).toBe(cost);
        expect(queue.pop()).toBe(i);
      }
      expect(queue.size).toBe(0);
    }),
  );
});

test("pushes between pops keep the order", () => {
  const queue = new MinQueue();
  queue.push(0.5, 10);
  queue.push(0.25, 11);
  expect(queue.pop()).toBe(11);
  queue.push(0.5, 12);
  queue.push(0.125, 13);
  expect([queue.pop(), queue.pop(), queue.pop()]).toEqual([13, 10, 12]);
});

test("clear empties the queue", () => {
  const queue = new MinQueue();
  queue.push(1, 1);
  queue.clear();
  expect(queue.size).toBe(0);
});
