/**
 * The composition root: {@code Main} reads the settings, builds every part and connects them. It
 * may use all packages below; none of them may use it. Anything worth a test of its own belongs
 * into one of them.
 */
package io.schemamigration;
