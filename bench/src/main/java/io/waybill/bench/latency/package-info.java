/** How long a single document takes, while the candidate has little to do and while it has much. */
@NullMarked
package io.waybill.bench.latency;

import org.jspecify.annotations.NullMarked;
