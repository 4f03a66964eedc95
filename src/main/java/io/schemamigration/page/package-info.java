/**
 * The read-only status page: what the watches know, as HTML and JSON.
 *
 * <p>{@link io.schemamigration.page.Snapshot} is what it is given, {@link
 * io.schemamigration.page.Fleet} and {@link io.schemamigration.page.Detail} are made of it by pure
 * functions, {@link io.schemamigration.page.Html} is the only way to write a page, {@link
 * io.schemamigration.page.StatusPageServer} serves it. Nothing here can ask the API server or a
 * database: a page costs them nothing, however often it is looked at.
 */
package io.schemamigration.page;
