import type { Locator, Page } from 'playwright-core';
import { eventually } from './eventually';

export type View = 'schema' | 'table' | 'json' | 'binary';

/** The open panel of a node: input, parameters, output. */
export class NodePanel {
	readonly root: Locator;
	/** The pencil beside the credential: there once one is chosen. */
	readonly chosenCredential: Locator;
	readonly output: Locator;
	/** What went wrong, and what to do about it. */
	readonly problem: { message: Locator; description: Locator };

	constructor(private readonly page: Page) {
		this.root = page.getByTestId('node-parameters');
		this.chosenCredential = page.getByTestId('credential-edit-button');
		this.output = page.getByTestId('output-panel');
		this.problem = {
			message: this.output.getByTestId('node-error-message'),
			description: this.output.getByTestId('node-error-description'),
		};
	}

	field(name: string): Locator {
		return this.root.getByTestId(`parameter-input-${name}`);
	}

	/** Names of the fields that are shown, from top to bottom; options are no fields. */
	private async fieldsNow(): Promise<string[]> {
		const ids = await this.root
			.locator('[data-test-id="parameter-input"] [data-test-id^="parameter-input-"]:visible')
			.evaluateAll((all) => all.map((element) => element.getAttribute('data-test-id') ?? ''));
		const names = ids.map((id) => id.replace('parameter-input-', ''));
		return [...new Set(names)].filter((name) => name !== 'field');
	}

	/** The fields shown, as soon as they are those, or those shown at last if they never are. */
	async fields(wanted: string[]): Promise<string[]> {
		return await eventually(
			async () => await this.fieldsNow(),
			(names) => names.join() === wanted.join(),
		);
	}

	async choose(name: string, option: string): Promise<void> {
		await this.field(name).click();
		const exact = new RegExp(`^${option.replace(/[()]/g, '\\$&')}`);
		await this.page.getByRole('option', { name: exact }).locator('visible=true').first().click();
	}

	async fill(name: string, text: string): Promise<void> {
		await this.field(name).locator('input, textarea').first().fill(text);
	}

	/** Sets a switch, and waits until it stands so. */
	async set(name: string, on: boolean): Promise<void> {
		const state = this.field(name).locator('.el-switch');
		if ((await state.locator('input').isChecked()) !== on) await state.click();
		await this.field(name)
			.locator(on ? '.el-switch.is-checked' : '.el-switch:not(.is-checked)')
			.waitFor();
	}

	/** Runs the node by its button. */
	async execute(): Promise<void> {
		await this.page.getByTestId('node-execute-button').click();
	}

	/** Waits until the output has items. */
	async untilRun(): Promise<void> {
		await this.output.getByTestId('ndv-items-count').first().waitFor();
	}

	/** Shows the output in that way. */
	async view(view: View): Promise<void> {
		await this.output.getByTestId(`radio-button-${view}`).click();
	}

	async close(): Promise<void> {
		await this.page.keyboard.press('Escape');
		await this.root.waitFor({ state: 'hidden' });
	}
}
