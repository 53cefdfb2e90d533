/** The application as it is built by hand with Camel. */
@NullMarked
package io.waybill.bench.baseline;

import org.jspecify.annotations.NullMarked;
