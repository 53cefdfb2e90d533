/** The waybill component, JMS batches, drop folders and exchange mapping: the only Camel here. */
@NullMarked
package io.waybill.camel;

import org.jspecify.annotations.NullMarked;
