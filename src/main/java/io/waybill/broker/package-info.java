/** The loop that joins engine, journal and effects. Start reading with {@code Loop}. */
@NullMarked
package io.waybill.broker;

import org.jspecify.annotations.NullMarked;
