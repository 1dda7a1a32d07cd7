import { parentPort, workerData } from 'node:worker_threads';
import { learn, type ToLearn } from './learn.ts';

parentPort!.postMessage(learn(workerData as ToLearn));
