/** Spring Integration between two queues, with its channels in the database. */
@NullMarked
package io.waybill.bench.peers.integration;

import org.jspecify.annotations.NullMarked;
