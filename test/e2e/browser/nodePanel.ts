import type { Locator, Page } from 'playwright-core';
import { waitFor } from '../../../scripts/lib/waitFor';

/** The open panel of a node: input, parameters, output. */
export class NodePanel {
	readonly root: Locator;
	/** Edit button of the selected credential. */
	readonly selectedCredential: Locator;
	readonly output: Locator;
	readonly error: { message: Locator; description: Locator };

	constructor(private readonly page: Page) {
		this.root = page.getByTestId('node-parameters');
		this.selectedCredential = page.getByTestId('credential-edit-button');
		this.output = page.getByTestId('output-panel');
		this.error = {
			message: this.output.getByTestId('node-error-message'),
			description: this.output.getByTestId('node-error-description'),
		};
	}

	field(name: string): Locator {
		return this.root.getByTestId(`parameter-input-${name}`);
	}

	/** Names of the visible fields, from top to bottom, without options. */
	private async visibleFields(): Promise<string[]> {
		const ids = await this.root
			.locator('[data-test-id="parameter-input"] [data-test-id^="parameter-input-"]:visible')
			.evaluateAll((all) => all.map((element) => element.getAttribute('data-test-id') ?? ''));
		const names = ids.map((id) => id.replace('parameter-input-', ''));
		return [...new Set(names)].filter((name) => name !== 'field');
	}

	/** Waits until the visible fields are the expected ones. @returns the fields shown at the end */
	async fields(expected: string[]): Promise<string[]> {
		return await waitFor(
			async () => await this.visibleFields(),
			(names) => names.join() === expected.join(),
		);
	}

	async choose(name: string, option: string): Promise<void> {
		await this.field(name).click();
		const exact = new RegExp(`^${option.replace(/[()]/g, '\\$&')}`);
		await this.page.getByRole('option', { name: exact }).locator('visible=true').first().click();
	}

	/** Turns a switch on or off, and waits for its new state. */
	async set(name: string, on: boolean): Promise<void> {
		const state = this.field(name).locator('.el-switch');
		if ((await state.locator('input').isChecked()) !== on) await state.click();
		await this.field(name)
			.locator(on ? '.el-switch.is-checked' : '.el-switch:not(.is-checked)')
			.waitFor();
	}

	async waitForOutput(): Promise<void> {
		await this.output.getByTestId('ndv-items-count').first().waitFor();
	}

	async view(view: 'schema' | 'table' | 'json' | 'binary'): Promise<void> {
		await this.output.getByTestId(`radio-button-${view}`).click();
	}

	async close(): Promise<void> {
		await this.page.keyboard.press('Escape');
		await this.root.waitFor({ state: 'hidden' });
	}
}
