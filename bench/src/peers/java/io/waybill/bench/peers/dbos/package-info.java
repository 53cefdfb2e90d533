/** DBOS Transact between two queues. */
@NullMarked
package io.waybill.bench.peers.dbos;

import org.jspecify.annotations.NullMarked;
