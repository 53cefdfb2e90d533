/** Loads the specification from its files and says all that is wrong with them at once. */
@NullMarked
package io.waybill.spec.load;

import org.jspecify.annotations.NullMarked;
