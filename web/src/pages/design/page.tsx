// page.tsx - every part in all its states: what page authors choose from.
import { Button, Card, Chip, Shape } from '../../parts';
import { say } from './words.en';

export default function Design() {
  return (
    <>
      <Card title={say('buttons')}>
        <div class="actions">
          <Button kind="main">Save</Button>
          <Button>Plain</Button>
          <Button kind="quiet">Quiet</Button>
          <Button kind="danger">Erase</Button>
          <Button disabled>Disabled</Button>
          <Button busy>Busy</Button>
          <Button icon="download">With icon</Button>
        </div>
      </Card>
      <Card title={say('chips')}>
        <div class="actions">
          <Chip kind="person">Ann Example</Chip>
          <Chip kind="department">Claims</Chip>
          <Chip kind="channel">phone</Chip>
          <Chip kind="channel">web</Chip>
        </div>
      </Card>
      <Card title={say('shapes')}>
        <div class="actions">
          <Shape state="completed" /><Shape state="missing" /><Shape state="failing" /><Shape state="adhoc" />
        </div>
      </Card>
    </>
  );
}
