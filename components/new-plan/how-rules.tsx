'use client';

import { Fieldset, NativeSelect, Stack, Switch, Text } from '@mantine/core';
