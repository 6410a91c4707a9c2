import type { Locator, Page } from 'playwright-core';

export class CredentialDialog {
	readonly root: Locator;
	readonly success: Locator;
	/** Link that expands the reason of a failed test. */
	private readonly more: Locator;

	constructor(private readonly page: Page) {
		this.root = page.getByTestId('editCredential-modal');
		this.success = this.root.getByTestId('credentials-config-container-test-success');
		this.more = this.root.getByText('More details');
	}

	/** Opens the dialog for a new credential from a node's panel. */
	async openNew(): Promise<void> {
		const named = this.page.waitForResponse((response) =>
			response.url().includes('/rest/credentials/new'),
		);
		const empty = this.page.getByTestId('node-credentials-empty-state').getByRole('button');
		const select = this.page.getByTestId('node-credentials-select'); // n8n 1.x
		await empty.or(select).first().click();
		const create = this.page.getByTestId('node-credentials-select-item-new');
		await create.or(this.root).first().waitFor();
		if (!(await this.root.isVisible())) await create.click();
		await this.root.waitFor();
		await named; // n8n can't save a credential before it has a name
	}

	/** Opens the node's current credential. */
	async openSelected(): Promise<void> {
		await this.page.getByTestId('credential-edit-button').click();
		await this.root.waitFor();
	}

	async fill(values: Record<string, string>): Promise<void> {
		for (const [name, value] of Object.entries(values)) {
			await this.root.getByTestId(`parameter-input-${name}`).locator('input').fill(value);
		}
	}

	/** n8n tests a saved credential automatically. */
	async save(): Promise<void> {
		await this.root.getByTestId('credential-save-button').click();
	}

	/** Returns the dialog's text with the reason of the failed test. */
	async problem(): Promise<string> {
		await this.more.click();
		await this.more.waitFor({ state: 'hidden' });
		return await this.root.innerText();
	}

	/**
	 * Closes the dialog. n8n 2.41 closes it automatically after the successful test of a new credential,
	 * so the button is found and clicked in one step: it can disappear in between.
	 */
	async close(): Promise<void> {
		const button = this.root.locator('.el-dialog__headerbtn');
		await button.evaluateAll(([first]) => first?.dispatchEvent(new Event('click')));
		await this.root.waitFor({ state: 'hidden' });
	}
}
