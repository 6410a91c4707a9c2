// Puts the image whose path is given into n8n's file store and sends its binary data. In a process
// of its own: the pages that copying touches would hide what the measured upload takes.
import { Engine } from '../../test/engine/support/engine';
import { imageData } from './imageData';

const path = process.argv[2] ?? '';
Engine.start()
	.then(async () => await imageData(path))
	.then(
		(data) => process.send?.(data, () => process.disconnect()),
		(error: unknown) => {
			console.error(error);
			process.exit(1);
		},
	);
