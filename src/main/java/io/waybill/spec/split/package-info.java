/** Cuts a large body into documents while it streams by, in constant memory. */
@NullMarked
package io.waybill.spec.split;

import org.jspecify.annotations.NullMarked;
