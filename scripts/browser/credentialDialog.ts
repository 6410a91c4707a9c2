import type { Locator, Page } from 'playwright-core';

/** The dialog in which a credential is made and tested. */
export class CredentialDialog {
	readonly root: Locator;

	constructor(private readonly page: Page) {
		this.root = page.getByTestId('editCredential-modal');
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

	/** The banner of a test that succeeded. */
	get success(): Locator {
		return this.root.getByTestId('credentials-config-container-test-success');
	}

	/** The banner of a test that did not. */
	get problem(): Locator {
		return this.root.getByTestId('credentials-config-container-test-error');
	}

	async close(): Promise<void> {
		await this.root.locator('.el-dialog__close').first().click();
		await this.root.waitFor({ state: 'hidden' });
	}
}
