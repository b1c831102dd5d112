/** The server's way out, of which an operator has opened what stands in for farms. */
import { createOutgoing } from '../../outgoing/public-only.ts';

export const toLoopback = createOutgoing({ openHosts: ['127.0.0.1'] });
