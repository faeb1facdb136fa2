import type { Database } from '@/db/client';
import { setting } from '@/db/schema/catalogue';
import { type AppSettings, DEFAULT_SETTINGS, type SettingLayers } from '@/domain/settings';

/** The layers below a plan and its playbook: what the settings page says, then the environment. */
export type BaseLayers = Pick<SettingLayers, 'settings' | 'environment'>;

/** Keeps what the settings page says at hand; `refresh` reads it again. */
export class LiveSettings {
  #page: Partial<AppSettings> = {};

  constructor(
    private readonly db: Database,
    private readonly environment: Partial<AppSettings>,
  ) {}

  async refresh(): Promise<void> {
    const rows = await this.db.select().from(setting);
    this.#page = Object.fromEntries(
      rows.flatMap(({ key, value }) => (key in DEFAULT_SETTINGS ? [[key, value]] : [])),
    );
  }

  readonly layers = (): BaseLayers => ({ settings: this.#page, environment: this.environment });
}
