import { InvalidInput } from '@/server/input/refused';

/** As many are told one by one. */
const MOST_TOLD = 50;

export interface Problem {
  /** Where in the input. */
  field: string;
  message: string;
  /** Its line in a file. */
  line?: number;
}

/** What is wrong with a large input, collected so that it is told together; most of very many are only counted. */
export class Problems {
  private readonly first: Problem[] = [];
  private total = 0;

  add(problem: Problem): void {
    this.total += 1;
    if (this.first.length < MOST_TOLD) this.first.push(problem);
  }

  /** Throws {@link InvalidInput} when there is any; the field is that of the first. */
  throwIfAny(): void {
    const told = this.first.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0));
    const [first] = told;
    if (!first) return;
    if (this.total === 1) throw new InvalidInput(first.field, first.message);
    const more = this.total - told.length;
    throw new InvalidInput(
      first.field,
      [
        `${this.total.toLocaleString('en')} problems:`,
        ...told.map(({ message }) => message),
        ...(more > 0 ? [`and ${more.toLocaleString('en')} more.`] : []),
      ].join('\n'),
    );
  }
}
