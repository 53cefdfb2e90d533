/** Tables that are not empty. */
@NullMarked
package io.waybill.bench.rows;

import org.jspecify.annotations.NullMarked;
