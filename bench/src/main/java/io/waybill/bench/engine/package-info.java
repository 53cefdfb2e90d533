/** The engine alone, measured by JMH: no journal, no Camel, no other thread. */
@NullMarked
package io.waybill.bench.engine;

import org.jspecify.annotations.NullMarked;
