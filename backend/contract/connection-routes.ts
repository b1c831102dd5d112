/** Routes of connections: what an admin connects, and what runs may use. */
import { ConnectionList, ConnectionView, DeviceList, NewConnection, NewCredential } from './connections.ts';
import { idSchema } from './ids.ts';
import { denied, json, type Route } from './route.ts';

const params = { id: idSchema('connection') };
const access = { who: 'machine or person', operation: 'admin' } as const;

export const CONNECTION_ROUTES = {
  createConnection: {
    method: 'post',
    path: '/v1/connections',
    summary: 'Connect a farm account; its credential is written, and never read back',
    access,
    request: json(NewConnection),
    response: { status: 201, description: 'The connection', body: json(ConnectionView) },
    errors: [...denied, 'invalid_request', 'conflict', 'unsupported'],
  },
  listConnections: {
    method: 'get',
    path: '/v1/connections',
    summary: 'List connections, with what each farm can do',
    access,
    response: { status: 200, description: 'The connections', body: json(ConnectionList) },
    errors: [...denied],
  },
  readConnection: {
    method: 'get',
    path: '/v1/connections/{id}',
    summary: 'Read a connection, with what its farm can do and has not forgotten yet',
    access,
    params,
    response: { status: 200, description: 'The connection', body: json(ConnectionView) },
    errors: [...denied, 'not_found'],
  },
  listDevices: {
    method: 'get',
    path: '/v1/connections/{id}/devices',
    summary: 'Ask the farm which devices a run may name',
    access,
    params,
    response: { status: 200, description: 'The devices', body: json(DeviceList) },
    errors: [...denied, 'not_found', 'unsupported', 'unavailable'],
  },
  rotateCredential: {
    method: 'put',
    path: '/v1/connections/{id}/credential',
    summary: 'Replace the credential; work that goes on uses it from its next call on',
    access,
    params,
    request: json(NewCredential),
    response: { status: 204, description: 'The earlier one is not used any more' },
    errors: [...denied, 'invalid_request', 'not_found', 'unsupported'],
  },
  disconnect: {
    method: 'delete',
    path: '/v1/connections/{id}',
    summary: 'Disconnect a farm: its runs are cancelled, and the credential is destroyed once nothing is left there',
    access,
    params,
    response: { status: 204, description: 'No job begins there any more' },
    errors: [...denied, 'not_found'],
  },
} as const satisfies Record<string, Route>;
