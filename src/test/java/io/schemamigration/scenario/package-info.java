/**
 * The whole operator against a real PostgreSQL and an API server, as its users see it. Each
 * scenario is written once and runs on fabric8's mock server and on a real API server.
 */
package io.schemamigration.scenario;
