// Script of the pages that the server renders. It is plain TypeScript: those pages load nothing of the app.
import '../../styles/public.css';

document.documentElement.dataset['script'] = 'on';
