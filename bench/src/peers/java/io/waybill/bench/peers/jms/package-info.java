/** The two queues, for peers that have nothing for JMS of their own. */
@NullMarked
package io.waybill.bench.peers.jms;

import org.jspecify.annotations.NullMarked;
