import { hasVideoExtension, type VideoType } from '../api/videoType';
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

/**
 * The file name as the user wrote it, with the extension of the video's type if it has none of a
 * video. The default is the video's ID.
 */
export function videoFileName(
	{ fileName }: DownloadTarget,
	uuid: string,
	{ extension }: VideoType,
): string {
	if (hasVideoExtension(fileName)) return fileName;
	// n8n splits a path into folder and name
	const name = /(^|[\\/])$/.test(fileName) ? `${fileName}${uuid}` : fileName.replace(/\.+$/, '');
	return `${name}.${extension}`;
}
