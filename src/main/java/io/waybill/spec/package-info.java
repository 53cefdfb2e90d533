/** The specification: operations, sequencing and destinations, and how they read a document. */
@NullMarked
package io.waybill.spec;

import org.jspecify.annotations.NullMarked;
