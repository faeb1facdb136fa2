'use client';

import { Button, Checkbox, FileButton, Text, Textarea } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { Upload } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { useOfferTakeBack } from '@/components/actions/use-take-back';
import { useTRPC, useTRPCClient } from '@/components/api/client';
import { FormRefused } from '@/components/form/field-errors';
import { type Form, FormDialog } from '@/components/form/form-dialog';
import { useSay } from '@/components/i18n/said';
import { fileText } from '@/domain/file-text';
import { parseUnique } from '@/domain/unique-keys';
import type { Inputs, Outputs } from '@/server/api/router';
import { ImportPreview } from './import-preview';

const CSV_EXAMPLE = `tenantId,name,endpointKey,endpointUrl,labels,unit,version
acme-eu,Acme Europe,acme-eu-1,http://10.0.0.5:8080,region=eu;tier=gold,gateway,v1
acme-eu,,acme-eu-2,http://10.0.0.6:8080,,,`;

type Answer = Outputs['tenants']['import'];
type Values = { text: string; replace: boolean };

/** Takes many tenants at once, from a file or pasted, after a look at what that does: all of them, or with a bad line none. */
export function ImportDialog({ onClose }: { onClose: () => void }) {
  const t = useTranslations('tenants.importing');
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queries = useQueryClient();
  const say = useSay();
  const offerTakeBack = useOfferTakeBack();
  const [looked, setLooked] = useState<{ at: Values; preview: Answer } | null>(null);
  /** What was looked at, while it is still what would be imported. */
  const seen = ({ text, replace }: Values) =>
    looked?.at.text === text && looked.at.replace === replace ? looked.preview : null;
  const words = (reason: NotReadable) =>
    reason.kind === 'notList' ? t('notList') : t('notJson', { why: say(reason.why) });

  async function send(values: Values): Promise<{ dryRun: boolean; answer: Answer }> {
    const read = readInput(values.text);
    if ('kind' in read) throw new FormRefused({ fields: { text: words(read) } });
    const input = { ...read, replace: values.replace };
    const preview = seen(values);
    setLooked(null);
    if (!preview) {
      const answer = await client.tenants.import.mutate({ ...input, dryRun: true });
      setLooked({ at: values, preview: answer });
      return { dryRun: true, answer };
    }
    // What was looked at may be no longer so: refused then, it is to be looked at again.
    return {
      dryRun: false,
      answer: await client.tenants.import.mutate({ ...input, expected: seenIn(preview) }),
    };
  }

  async function choose(file: File | null, form: Form<Values>) {
    if (!file) return;
    const read = fileText(new Uint8Array(await file.arrayBuffer()));
    if (read.ok) form.setFieldValue('text', read.text);
    else form.setFieldError('text', read.problem);
  }

  return (
    <FormDialog<Values, { dryRun: boolean; answer: Answer }>
      title={t('title')}
      size="lg"
      onClose={onClose}
      start={{ text: '', replace: false }}
      check={({ text }): Record<string, string> => {
        const read = readInput(text);
        return 'kind' in read ? { text: words(read) } : {};
      }}
      send={send}
      onSent={({ dryRun, answer }) => {
        if (dryRun) return;
        offerTakeBack(answer);
        void queries.invalidateQueries(trpc.tenants.pathFilter());
        onClose();
      }}
      hold={(values) => {
        const preview = seen(values);
        return preview && changing(preview) === 0 ? t('nothing') : null;
      }}
      submit={(values) => {
        const preview = seen(values);
        return preview ? t('submit', { count: changing(preview) + preview.unchanged }) : t('preview');
      }}
      refused={t('refused')}
      more={(form) => (
        <>
          {form.values.text === '' && (
            <Button variant="subtle" onClick={() => form.setFieldValue('text', CSV_EXAMPLE)}>
              {t('example')}
            </Button>
          )}
          <FileButton
            accept=".csv,.tsv,.json,text/csv,application/json"
            onChange={(file) => void choose(file, form)}
          >
            {(button) => (
              <Button {...button} variant="default" leftSection={<Upload size={15} aria-hidden="true" />}>
                {t('file')}
              </Button>
            )}
          </FileButton>
        </>
      )}
    >
      {(form) => {
        const preview = seen(form.values);
        return (
          <>
            <Text c="dimmed">{t('about')}</Text>
            <Textarea
              label={t('text')}
              placeholder={CSV_EXAMPLE}
              {...form.getInputProps('text')}
              autosize
              minRows={8}
              maxRows={preview ? 8 : 16}
              spellCheck={false}
              styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
              data-autofocus
            />
            <Checkbox
              label={t('replace')}
              description={t('replaceHint')}
              {...form.getInputProps('replace', { type: 'checkbox' })}
            />
            {preview && <ImportPreview preview={preview} />}
          </>
        );
      }}
    </FormDialog>
  );
}

const changing = ({ totals }: Answer): number => totals.created + totals.changed;

function seenIn({ totals: { created, changed, removed } }: Answer) {
  return { created, changed, removed };
}

type NotReadable = { kind: 'notJson'; why: string } | { kind: 'notList' };

/** The input for the server, or what is wrong with the text. Everything in it is checked there. */
function readInput(text: string): Inputs['tenants']['import'] | NotReadable {
  if (!/^\s*[[{]/.test(text)) return { csv: text };
  try {
    const read = parseUnique(text);
    const list = Array.isArray(read) ? read : (read as { tenants?: unknown }).tenants;
    if (!Array.isArray(list)) return { kind: 'notList' };
    return { tenants: list as NonNullable<Inputs['tenants']['import']['tenants']> };
  } catch (error) {
    return { kind: 'notJson', why: error instanceof Error ? error.message : String(error) };
  }
}
