/**
 * The custom resources as Java beans: public fields, annotations for the CRD, no behaviour. Words
 * with a fixed set of values are strings here and enums in the CRD only, so that a value from a
 * newer version never stops the watch of an older operator; nor does a value of another type, which
 * is told of instead. The cluster's language may enter (fabric8 model classes, Jackson and CRD
 * annotations); JDBC, decisions and other packages of this project may not.
 */
package io.schemamigration.api;
