/**
 * What the tests stand on: real PostgreSQL servers, a proxy that breaks connections on purpose, API
 * servers (mock and real), processes that can be killed. Nothing here knows the product, so that a
 * fixture cannot share a bug with what it tests. Every test may use it; the product must not.
 */
package io.schemamigration.testing;
