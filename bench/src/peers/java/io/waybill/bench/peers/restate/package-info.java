/** Restate between two queues. */
@NullMarked
package io.waybill.bench.peers.restate;

import org.jspecify.annotations.NullMarked;
