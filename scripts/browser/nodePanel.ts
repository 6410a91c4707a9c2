import type { Locator, Page } from 'playwright-core';

export type OutputView = 'Schema' | 'Table' | 'JSON' | 'Binary';

/** The open panel of a node: input, parameters, output. */
export class NodePanel {
	readonly root: Locator;
	readonly output: Locator;

	constructor(private readonly page: Page) {
		this.root = page.getByTestId('node-parameters');
		this.output = page.getByTestId('output-panel');
	}

	field(name: string): Locator {
		return this.page.getByTestId(`parameter-input-${name}`);
	}

	/** Names of all fields that are shown, from top to bottom. */
	async fields(): Promise<string[]> {
		const ids = await this.root
			.locator('[data-test-id^="parameter-input-"]:visible')
			.evaluateAll((elements) => elements.map((element) => element.getAttribute('data-test-id')));
		const names = ids.flatMap((id) => /^parameter-input-(.+)$/.exec(id ?? '')?.[1] ?? []);
		return [...new Set(names)];
	}

	async choose(name: string, option: string): Promise<void> {
		await this.field(name).click();
		await this.page.getByRole('option', { name: option }).first().click();
	}

	async fill(name: string, text: string): Promise<void> {
		await this.field(name).locator('input, textarea').first().fill(text);
	}

	async toggle(name: string): Promise<void> {
		await this.field(name).locator('.el-switch').click();
	}

	/** Adds a member of the collection 'Options'. */
	async addOption(label: string): Promise<void> {
		await this.page.getByTestId('collection-parameter').getByText('Add option').click();
		await this.page.getByRole('option', { name: label }).first().click();
	}

	async execute(): Promise<void> {
		await this.page.getByTestId('node-execute-button').click();
	}

	async view(view: OutputView): Promise<void> {
		await this.output.getByTestId(`radio-button-${view.toLowerCase()}`).click();
	}

	async close(): Promise<void> {
		await this.page.keyboard.press('Escape');
		await this.root.waitFor({ state: 'hidden' });
	}
}
