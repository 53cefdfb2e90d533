/** The peers, as the bench starts them: their programs are built apart, with their libraries. */
@NullMarked
package io.waybill.bench.peers;

import org.jspecify.annotations.NullMarked;
