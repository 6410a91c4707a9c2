import type { ParameterReader } from './parameterReader';

/** Where a downloaded video is stored in the item. */
export interface DownloadTarget {
	/** Name of the binary field. */
	property: string;
	/** '' for the default. */
	fileName: string;
}

export function readDownloadTarget(parameters: ParameterReader): DownloadTarget {
	return {
		property: parameters.requiredText('outputBinaryPropertyName', 'Output Data Field Name').trim(),
		fileName: parameters.text('options.fileName', 'File Name').trim(),
	};
}
