/** Waybill: its packaged jar on a home folder of two routes. */
@NullMarked
package io.waybill.bench.waybill;

import org.jspecify.annotations.NullMarked;
