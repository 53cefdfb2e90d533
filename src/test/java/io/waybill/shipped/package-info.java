/** What ships beside the code: samples, configuration and routes, each checked as it lies there. */
@NullMarked
package io.waybill.shipped;

import org.jspecify.annotations.NullMarked;
