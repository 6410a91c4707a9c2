import type { Locator, Page } from 'playwright-core';

/** The dialog in which a credential is made and tested. */
export class CredentialDialog {
	readonly root: Locator;
	/** The banner of a test that succeeded. */
	readonly success: Locator;
	/** What opens the reason of a test that did not. */
	private readonly more: Locator;

	constructor(private readonly page: Page) {
		this.root = page.getByTestId('editCredential-modal');
		this.success = this.root.getByTestId('credentials-config-container-test-success');
		this.more = this.root.getByText('More details');
	}

	/** Opens the dialog for a new credential, from the panel of a node. */
	async openNew(): Promise<void> {
		const empty = this.page.getByTestId('node-credentials-empty-state').getByRole('button');
		const select = this.page.getByTestId('node-credentials-select'); // n8n 1.x
		await empty.or(select).first().click();
		const create = this.page.getByTestId('node-credentials-select-item-new');
		await create.or(this.root).first().waitFor();
		if (!(await this.root.isVisible())) await create.click();
		await this.root.waitFor();
	}

	/** Opens the credential that the node has. */
	async openChosen(): Promise<void> {
		await this.page.getByTestId('credential-edit-button').click();
		await this.root.waitFor();
	}

	async fill(values: Record<string, string>): Promise<void> {
		for (const [name, value] of Object.entries(values)) {
			await this.root.getByTestId(`parameter-input-${name}`).locator('input').fill(value);
		}
	}

	/** Saves; n8n then tests the credential by itself. */
	async save(): Promise<void> {
		await this.root.getByTestId('credential-save-button').click();
	}

	/** The dialog's text with the reason, once the test has not succeeded. */
	async problem(): Promise<string> {
		await this.more.click();
		await this.more.waitFor({ state: 'hidden' });
		return await this.root.innerText();
	}

	/**
	 * Closes the dialog, if n8n does not do so itself: 2.41 does, once a new credential's test has
	 * succeeded. Looked for and clicked in one step, as it may vanish between two.
	 */
	async close(): Promise<void> {
		const button = this.root.locator('.el-dialog__headerbtn');
		await button.evaluateAll(([first]) => first?.dispatchEvent(new Event('click')));
		await this.root.waitFor({ state: 'hidden' });
	}
}
