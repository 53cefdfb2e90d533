package io.waybill.camel;

import java.util.concurrent.ExecutorService;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.component.jms.JmsConfiguration;
import org.apache.camel.component.jms.JmsConstants;
import org.apache.camel.component.jms.JmsEndpoint;
import org.apache.camel.component.jms.JmsProducer;
import org.apache.camel.spi.ExecutorServiceManager;
import org.jspecify.annotations.Nullable;

/**
 * Sends postings in batches, and everything else, or where an endpoint asks for more than a durable
 * send, as Camel does.
 */
final class BatchingJmsProducer extends JmsProducer {

  private final boolean plain;
  private @Nullable JmsBatchSender sender;
  private @Nullable ExecutorService sending;
  private @Nullable ExecutorService answering;

  BatchingJmsProducer(JmsEndpoint endpoint) {
    super(endpoint);
    plain = plain(endpoint.getConfiguration());
  }

  private static boolean plain(JmsConfiguration jms) {
    return jms.isDeliveryPersistent()
        && jms.getDeliveryMode() == null
        && !Boolean.TRUE.equals(jms.getExplicitQosEnabled())
        && !jms.isPreserveMessageQos()
        && jms.getTimeToLive() <= 0
        && jms.getDeliveryDelay() <= 0
        && jms.getDestinationResolver() == null
        && jms.getJmsOperations() == null
        && jms.getMessageCreatedStrategy() == null
        && !jms.isIncludeSentJMSMessageID()
        && !jms.isTransacted()
        && !jms.isTransferExchange();
  }

  @Override
  protected void doStart() throws Exception {
    super.doStart();
    ExecutorServiceManager executors = getEndpoint().getCamelContext().getExecutorServiceManager();
    String name = "JmsSender[" + getEndpoint().getDestinationName() + "]";
    sending = executors.newSingleThreadExecutor(this, name);
    answering = executors.newSingleThreadExecutor(this, name + "-answers");
    sender = new JmsBatchSender(getEndpoint(), super::processInOnly, sending, answering);
  }

  @Override
  protected void doStop() throws Exception {
    ExecutorServiceManager executors = getEndpoint().getCamelContext().getExecutorServiceManager();
    if (sending != null && answering != null && sender != null) {
      executors.shutdownGraceful(sending);
      executors.shutdownGraceful(answering);
      sender.close();
    }
    super.doStop();
  }

  @Override
  protected boolean processInOnly(Exchange exchange, AsyncCallback callback) {
    Place place = exchange.getProperty(Place.PROPERTY, Place.class);
    if (place == null || place.taken() || sender == null || !plain || elsewhere(exchange)) {
      return super.processInOnly(exchange, callback);
    }
    sender.add(exchange, callback, place);
    return false;
  }

  private static boolean elsewhere(Exchange exchange) {
    return exchange.getIn().getHeader(JmsConstants.JMS_DESTINATION) != null
        || exchange.getIn().getHeader(JmsConstants.JMS_DESTINATION_NAME) != null;
  }
}
