/** The ways to a candidate and from it, as the driver holds their other ends. */
@NullMarked
package io.waybill.bench.door;

import org.jspecify.annotations.NullMarked;
