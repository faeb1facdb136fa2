import type { Database } from '@/db/client';
import { ENVIRONMENT_KEY_OFF } from '@/db/queries/settings';
import { setting } from '@/db/schema/catalogue';
import { type AppSettings, DEFAULT_SETTINGS, type SettingLayers } from '@/domain/settings';

/** The layers below a plan and its playbook: what the settings page says, then the environment. */
export type BaseLayers = Pick<SettingLayers, 'settings' | 'environment'>;

/** Keeps what the settings page says at hand; `refresh` reads it again. */
export class LiveSettings {
  #page: Partial<AppSettings> = {};
  #environmentKeyOff = false;

  constructor(
    private readonly db: Database,
    private readonly environment: Partial<AppSettings>,
  ) {}

  async refresh(): Promise<void> {
    const rows = await this.db.select().from(setting);
    this.#environmentKeyOff = rows.some(({ key, value }) => key === ENVIRONMENT_KEY_OFF && value === true);
    this.#page = Object.fromEntries(
      rows.flatMap(({ key, value }) => (key in DEFAULT_SETTINGS ? [[key, value]] : [])),
    );
  }

  /** Whether the key of the environment is taken; an administrator can switch it off. */
  get environmentKeyOn(): boolean {
    return !this.#environmentKeyOff;
  }

  readonly layers = (): BaseLayers => ({ settings: this.#page, environment: this.environment });
}
