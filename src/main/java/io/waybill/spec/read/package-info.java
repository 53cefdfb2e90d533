/** Reads documents by the specification: operation, id, lanes and destination. */
@NullMarked
package io.waybill.spec.read;

import org.jspecify.annotations.NullMarked;
