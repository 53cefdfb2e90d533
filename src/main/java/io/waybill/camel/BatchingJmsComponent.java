package io.waybill.camel;

import org.apache.camel.Producer;
import org.apache.camel.component.jms.JmsComponent;
import org.apache.camel.component.jms.JmsConfiguration;
import org.apache.camel.component.jms.JmsEndpoint;
import org.apache.camel.component.jms.JmsQueueEndpoint;
import org.apache.camel.component.jms.QueueBrowseStrategy;

/** The {@code jms} component, whose queues take postings in batches. */
final class BatchingJmsComponent extends JmsComponent {

  BatchingJmsComponent(JmsConfiguration configuration) {
    super(configuration);
  }

  @Override
  protected JmsEndpoint createQueueEndpoint(
      String uri,
      JmsComponent component,
      String subject,
      JmsConfiguration configuration,
      QueueBrowseStrategy browsing) {
    return new Queue(uri, component, subject, configuration, browsing);
  }

  private static final class Queue extends JmsQueueEndpoint {

    Queue(
        String uri,
        JmsComponent component,
        String subject,
        JmsConfiguration configuration,
        QueueBrowseStrategy browsing) {
      super(uri, component, subject, configuration, browsing);
    }

    @Override
    public Producer createProducer() throws Exception {
      return getConfiguration().isSynchronous()
          ? super.createProducer()
          : new BatchingJmsProducer(this);
    }
  }
}
