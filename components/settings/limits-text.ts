import { asText, type LabelSet, type LimitedTo } from '@/domain/limited-to';

/** The tenants that rights are about as a form has them: a set of labels in each line. */
export const limitsText = (limitedTo: LimitedTo | null): string => (limitedTo ?? []).map(asText).join('\n');

/** What such a text says: null for all tenants, and `wrong` where a line is no labels. */
export function limitsOf(text: string): LabelSet[] | null | 'wrong' {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const sets = lines.map((line) =>
    line.split(',').map((label) => /^\s*([^=]+?)\s*=\s*(.*?)\s*$/.exec(label)),
  );
  if (sets.some((set) => set.some((label) => label === null || label[2] === ''))) return 'wrong';
  if (sets.length === 0) return null;
  return sets.map((set) => Object.fromEntries(set.map((label) => [label?.[1], label?.[2]])));
}

/** What is sent with a role: administrators are for all tenants, whatever was typed before. */
export function limitsFor(role: string, text: string): LabelSet[] | null {
  const limits = role === 'admin' ? null : limitsOf(text);
  return limits === 'wrong' ? null : limits;
}
