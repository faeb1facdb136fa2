import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { PlaybookDefinition } from '@/domain/playbook';
import { checkStep } from '../../registry';

/** The first code block of a language in a file under docs/. Throws when there is none. */
export function codeBlock(file: string, language: string): string {
  const [block] = codeBlocks(file, language);
  if (block === undefined) throw new Error(`docs/${file} has no block of ${language}.`);
  return block;
}

/** All code blocks of a language in a file under docs/, in order. */
export function codeBlocks(file: string, language: string): string[] {
  const text = readFileSync(fileURLToPath(new URL(`../../../../docs/${file}`, import.meta.url)), 'utf8');
  return [...text.matchAll(/^```([^\n]+)\n([\s\S]*?)^```$/gm)].flatMap(([, name, block = '']) =>
    name === language ? [block] : [],
  );
}

/** The playbook a recipe shows, so that what is documented is what is tested. Throws when a step would be refused. */
export function recipe(name: string): PlaybookDefinition {
  const playbook = JSON.parse(codeBlock(`recipes/${name}.md`, 'json')) as PlaybookDefinition;
  const problems = playbook.stages.flatMap((stage) =>
    stage.steps.flatMap((step) => checkStep(step).map((problem) => ({ step: step.name, ...problem }))),
  );
  if (problems.length > 0) throw new Error(`docs/recipes/${name}.md: ${JSON.stringify(problems)}`);
  return playbook;
}
