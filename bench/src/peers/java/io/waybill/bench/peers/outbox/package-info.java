/** transaction-outbox between two queues. */
@NullMarked
package io.waybill.bench.peers.outbox;

import org.jspecify.annotations.NullMarked;
