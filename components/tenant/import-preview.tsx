import { Code, ScrollArea, Stack, Text } from '@mantine/core';
import { Problem } from '@/components/ui/problem';
import { tenants } from '@/components/ui/tenant-count';
import type { Outputs } from '@/server/api/router';

type Preview = Outputs['tenants']['import'];

/** Of versions that an import does not change as many are named. */
const MOST_KEPT_NAMED = 5;

/** What an import would do, before it is done. */
export function ImportPreview({ preview }: { preview: Preview }) {
  const { created, changed, unchanged, totals } = preview;
  const keptVersions = preview.keptVersions.slice(0, MOST_KEPT_NAMED);
  return (
    <Stack gap="sm">
      <Problem kind="info" title="What the import does">
        {`It creates ${tenants(totals.created)}, changes ${totals.changed.toLocaleString('en')} and leaves ${unchanged.toLocaleString('en')} as they are.`}
      </Problem>
      {totals.removed > 0 && (
        <Problem kind="warning" title="It takes something away">
          {`${totals.removed.toLocaleString('en')} ${totals.removed === 1 ? 'value that the file does not mention goes' : 'values that the file does not mention go'}.`}
        </Problem>
      )}
      {totals.keptVersions > 0 && (
        <Problem kind="warning" title="What is on record stays">
          {`${keptVersions.map(keptText).join('; ')}${more(totals.keptVersions - keptVersions.length)}.`}
        </Problem>
      )}
      {totals.created + totals.changed > 0 && (
        <ScrollArea.Autosize mah={320} type="auto">
          <Stack gap="xs">
            {created.length > 0 && (
              <Text size="sm">{`New: ${created.join(', ')}${more(totals.created - created.length)}`}</Text>
            )}
            {changed.map(({ tenantId, fields, fieldsTotal }) => (
              <div key={tenantId}>
                <Text size="sm" fw={600}>
                  {tenantId}
                </Text>
                {fields.map(({ field, before, after }) => (
                  <Text key={field} size="sm" style={{ overflowWrap: 'anywhere' }}>
                    {field}: <Code>{told(before)}</Code> → <Code>{told(after)}</Code>
                  </Text>
                ))}
                {fieldsTotal > fields.length && (
                  <Text size="sm" c="dimmed">
                    {`and ${(fieldsTotal - fields.length).toLocaleString('en')} more values`}
                  </Text>
                )}
              </div>
            ))}
            {totals.changed > changed.length && (
              <Text size="sm" c="dimmed">
                {`and ${tenants(totals.changed - changed.length)} more that change`}
              </Text>
            )}
          </Stack>
        </ScrollArea.Autosize>
      )}
    </Stack>
  );
}

const more = (count: number): string => (count > 0 ? ` and ${count.toLocaleString('en')} more` : '');

const keptText = ({ tenantId, unitId, given, onRecord }: Preview['keptVersions'][number]): string =>
  `${tenantId} runs ${unitId} ${onRecord}, the file says ${given}`;

const told = (value: unknown): string =>
  value === null ? 'nothing' : typeof value === 'string' ? value : JSON.stringify(value);
