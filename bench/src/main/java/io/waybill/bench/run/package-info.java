/** The measurement: rounds of visits, conditions, samples. */
@NullMarked
package io.waybill.bench.run;

import org.jspecify.annotations.NullMarked;
