/** A form with one file. */
export function imageForm(bytes: Uint8Array, fileName = 'frame.png', type = 'image/png'): FormData {
	const form = new FormData();
	form.append('file', new Blob([bytes], { type }), fileName);
	return form;
}

/** A raw multipart body, for forms that FormData can't create. */
export function multipartRequest(disposition: string, content: string | Buffer, type?: string) {
	const head = [`--veo`, `Content-Disposition: form-data; ${disposition}`];
	if (type !== undefined) head.push(`Content-Type: ${type}`);
	const body = Buffer.concat([
		Buffer.from(`${head.join('\r\n')}\r\n\r\n`),
		Buffer.from(content),
		Buffer.from('\r\n--veo--\r\n'),
	]);
	return { body, config: { headers: { 'content-type': 'multipart/form-data; boundary=veo' } } };
}

/** Small valid images: 16 × 16 pixels of teal. */
export const IMAGES = {
	'image/png': Buffer.from(
		'iVBORw0KGgoAAAANSUhEUgAAABAAAAAQCAIAAACQkWg2AAAACXBIWXMAAAABAAAAAQBPJcTWAAAAFUlEQVR4nGNgqKsnDY1qGNUwfDUAAAK9/QGeD6RhAAAAAElFTkSuQmCC',
		'base64',
	),
	'image/jpeg': Buffer.from(
		'/9j/4AAQSkZJRgABAgAAAQABAAD/2wBDAAgEBAQEBAUFBQUFBQYGBgYGBgYGBgYGBgYHBwcICAgHBwcGBgcHCAgICAkJCQgICAgJCQoKCgwMCwsODg4RERT/xABMAAEBAAAAAAAAAAAAAAAAAAAABgEBAQAAAAAAAAAAAAAAAAAABQcQAQAAAAAAAAAAAAAAAAAAAAARAQAAAAAAAAAAAAAAAAAAAAD/wAARCAAQABADASIAAhEAAxEA/9oADAMBAAIRAxEAPwCZALJ+/9k=',
		'base64',
	),
	'image/webp': Buffer.from(
		'UklGRjgAAABXRUJQVlA4ICwAAACQAQCdASoQABAAAgA0JaACdLoAA5gA/u8pR8TxdvIb/6MP/xpH/GkfDmAAAA==',
		'base64',
	),
} as const;
