/** The stripped program: the same durable work in batches and nothing else. */
@NullMarked
package io.waybill.bench.limit;

import org.jspecify.annotations.NullMarked;
