import { randomBytes } from 'node:crypto';
import { open } from 'node:fs/promises';
import { MB } from './scenario';

/** Writes a file with the signature of a JPEG and random bytes. @returns its path */
export async function writeImage(path: string, bytes: number): Promise<string> {
	const signature = Buffer.from([0xff, 0xd8, 0xff, 0xe0]);
	const file = await open(path, 'w');
	await file.write(signature);
	for (let left = bytes - signature.length; left > 0; left -= MB) {
		await file.write(randomBytes(Math.min(left, MB)));
	}
	await file.close();
	return path;
}
